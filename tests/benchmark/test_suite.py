import pytest

from focalboost.benchmark import sources
from focalboost.benchmark.suite import find_suite, read_suite, suite_names
from focalboost.datasets.errors import DataError

TASK = 'data = {{ packaged = "{}" }}\n'


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "more").mkdir()
    for name in ("b.toml", "a.toml", "more/c.toml"):
        (tmp_path / name).write_text(TASK.format("ecoli3"))
    return tmp_path


def names(folder, text):
    (folder / "suite.toml").write_text(text)
    return [task.name for task in read_suite(folder / "suite.toml")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('tasks = ["b.toml", "*.toml"]', ["b", "a"]),
        ('tasks = ["**/*.toml"]', ["a", "b", "c"]),
        ('name = "x"\ndescription = "y"\ntasks = ["more/c.toml"]\n[[task]]\nname = "z"\n' + TASK, ["c", "z"]),
        ('[[task]]\nname = "z"\n' + TASK, ["z"]),
    ],
)
def test_the_tasks_are_the_files_once_each_and_those_written_here(folder, text, expected):
    assert names(folder, text.replace("{{", "{").replace("}}", "}").replace("{}", "ecoli3")) == expected


def test_a_task_is_a_suite_of_it(folder):
    assert [task.name for task in read_suite(folder / "a.toml")] == ["a"]


def test_a_name_with_brackets_is_a_name(folder):
    (folder / "d[1].toml").write_text(TASK.format("ecoli3"))
    assert names(folder, 'tasks = ["d[1].toml"]') == ["d[1]"]


def test_the_seed_reaches_every_task(folder):
    (folder / "suite.toml").write_text('tasks = ["a.toml"]\n[[task]]\nname = "z"\ndata.packaged = "ecoli3"')
    assert [task.folds.seed for task in read_suite(folder / "suite.toml", seed=5)] == [5, 5]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "has no tasks: give tasks"),
        ('tasks = "a.toml"', "the suite tasks is 'a.toml': give a list of texts"),
        ('taks = ["a.toml"]', "the suite has 'taks'; choose from name, description, tasks, task"),
        ('tasks = ["d*.toml"]', r"tasks has 'd\*\.toml', which is no file and matches none in "),
        ('tasks = ["/nowhere/*.toml"]', "tasks has '/nowhere/"),
        ("task = 3", "the suite task is 3: give a list of tables"),
        ("[[task]]\n" + 'data.packaged = "ecoli3"', r"\[\[task\]\] number 1: the task has no name"),
        ('[[task]]\nname = "z"\ndata.packaged = "x"', r"\[\[task\]\] z: no packaged data set is named 'x'"),
        ('tasks = ["a.toml"]\n[[task]]\nname = "a"\ndata.packaged = "ecoli3"', "2 tasks are named 'a'"),
    ],
)
def test_mistakes_are_told_with_the_suite(folder, text, message):
    with pytest.raises(DataError, match=message) as refused:
        names(folder, text)
    assert str(refused.value).startswith(str(folder / "suite.toml"))


def test_a_mistake_in_a_task_is_told_with_its_own_file(folder):
    (folder / "a.toml").write_text("data = 3")
    with pytest.raises(DataError, match=r"a\.toml: the task data is 3") as refused:
        names(folder, 'tasks = ["a.toml"]')
    assert "suite.toml" not in str(refused.value)


def test_suites_are_found_by_name_or_path(folder):
    assert find_suite("packaged").parent.name == "suites"
    assert find_suite(folder / "a.toml") == find_suite(str(folder / "a.toml")) == folder / "a.toml"
    with pytest.raises(
        DataError, match="nothing is neither a file nor a suite of the package; these are openml, packag"
    ):
        find_suite("nothing")


@pytest.mark.parametrize("name", suite_names())
def test_the_suites_of_the_package_can_be_read(name, monkeypatch):
    monkeypatch.setattr(sources, "openml_digest", lambda *_: "digest")
    tasks = read_suite(find_suite(name))
    assert len(tasks) >= 5


def test_packaged_sets_are_rare_enough_and_of_different_data():
    loaded = {task.name: task.load() for task in read_suite(find_suite("packaged")) if task.name != "sylva"}
    for data in loaded.values():
        assert data.target.sum() >= 30
        assert data.target.mean() <= 0.15
    columns = [tuple(data.features.columns) for name, data in loaded.items() if name not in ("cm1", "pc1")]
    assert len(set(columns)) == len(columns)


@pytest.mark.parametrize("task", read_suite(find_suite("simulator")), ids=lambda task: task.name)
def test_simulated_tasks_can_be_split_and_validated(task):
    data = task.load()
    assert 0.0004 < data.target.mean() < 0.11
    splits = list(task.folds.split(data))
    assert len(splits) == task.folds.n_folds
    for training, _ in splits:
        task.folds.hold_out(data.rows(training))
