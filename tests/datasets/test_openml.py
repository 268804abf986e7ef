import hashlib
import io
import json
import urllib.error

import pytest

from focalboost.datasets.errors import DataError
from focalboost.datasets.openml import openml_digest, read_openml
from focalboost.datasets.roles import Roles

ARFF = b"""@RELATION pay
@ATTRIBUTE Time REAL
@ATTRIBUTE Amount REAL
@ATTRIBUTE shop {a,b}
@ATTRIBUTE Class {'0','1'}
@DATA
3,1.5,a,'0'
1,2.5,b,'1'
2,?,a,'0'
4,3.5,a,'0'
"""
ROLES = Roles("Class", time="Time")


class Server:
    """Stands for openml.org below scikit-learn's client, which is the real one."""

    def __init__(self):
        self.offline, self.asked, self.arff = False, 0, ARFF
        self.description = {
            "id": "7",
            "name": "pay",
            "version": "1",
            "description": "payments",
            "format": "ARFF",
            "status": "active",
            "url": "https://www.openml.org/data/v1/download/99/pay.arff",
            "file_id": "99",  # what scikit-learn before 1.6 asks for
            "md5_checksum": hashlib.md5(ARFF).hexdigest(),
        }

    def open(self, request, *_):
        self.asked += 1
        if self.offline:
            raise urllib.error.URLError("Name or service not known")
        path = request.full_url.partition("openml.org/")[2]
        if "/7" not in path and "/99" not in path:
            raise urllib.error.HTTPError(request.full_url, 412, "no such data set", {}, io.BytesIO(b"{}"))
        reply = io.BytesIO(self._body(path))
        reply.info = dict
        return reply

    def _body(self, path):
        if "download" in path:
            return self.arff
        if "features" in path:
            return json.dumps({"data_features": {"feature": [self._feature(i) for i in range(4)]}}).encode()
        if "qualities" in path:
            return json.dumps({"data_qualities": {"quality": [{"name": "NumberOfInstances", "value": "4.0"}]}}).encode()
        return json.dumps({"data_set_description": self.description}).encode()

    def _feature(self, index):
        name = ["Time", "Amount", "shop", "Class"][index]
        return {
            "index": str(index),
            "name": name,
            "data_type": "numeric" if index < 2 else "nominal",
            "is_target": str(name == "Class").lower(),
            "is_ignore": "false",
            "is_row_identifier": "false",
            "number_of_missing_values": "1" if name == "Amount" else "0",
        }


@pytest.fixture
def server(monkeypatch):
    server = Server()
    monkeypatch.setattr("sklearn.datasets._openml.urlopen", server.open)
    monkeypatch.setattr("sklearn.datasets._openml.time.sleep", lambda _: None)
    return server


def test_a_data_set_is_downloaded_once(server, tmp_path):
    data = read_openml(7, ROLES, tmp_path)
    assert data.target.tolist() == [1, 0, 0, 0]
    assert data.features["Amount"].isna().tolist() == [False, True, False, False]
    assert data.features["shop"].tolist() == ["b", "a", "a", "a"]
    asked, server.offline = server.asked, True
    assert read_openml(7, ROLES, tmp_path).notes == data.notes
    assert openml_digest(7, tmp_path) == server.description["md5_checksum"]
    assert server.asked == asked


def test_without_network_it_is_said_what_to_do(server, tmp_path):
    server.offline = True
    with pytest.raises(DataError, match=r"OpenML data set 7 cannot be downloaded .*run once with network.*as a file"):
        read_openml(7, ROLES, tmp_path)


def test_a_damaged_cache_is_told_from_the_data(server, tmp_path):
    read_openml(7, ROLES, tmp_path)
    server.offline = True
    (cached,) = (path for path in tmp_path.rglob("*.gz") if "download" in path.parts)
    cached.write_bytes(cached.read_bytes()[:60])
    with pytest.raises(DataError, match="OpenML data set 7 cannot be "):
        read_openml(7, ROLES, tmp_path)


def test_data_that_are_not_what_openml_states_are_refused(server, tmp_path):
    server.arff = ARFF.replace(b"1.5", b"9.5")
    with pytest.raises(DataError, match=r"OpenML data set 7 cannot be used: .*md5 checksum"):
        read_openml(7, ROLES, tmp_path)


def test_no_such_data_set_and_sparse_data_are_refused(server, tmp_path):
    with pytest.raises(DataError, match=r"OpenML data set 8 cannot be used: .*8 not found"):
        read_openml(8, ROLES, tmp_path)
    server.description["format"] = "Sparse_ARFF"
    with pytest.raises(DataError, match="OpenML data set 7 cannot be used: Sparse ARFF"):
        read_openml(7, ROLES, tmp_path)


def test_what_openml_warns_of_is_noted(server, tmp_path):
    server.description["status"] = "deactivated"
    assert "Version 1 of dataset pay is inactive" in read_openml(7, ROLES, tmp_path).notes[-1]


@pytest.mark.usefixtures("server")
def test_columns_are_named_in_the_error(tmp_path):
    with pytest.raises(DataError, match="OpenML data set 7: no column 'fraud' for the target; the columns are 'Time'"):
        read_openml(7, Roles("fraud"), tmp_path)
