"""Transfers of online-banking customers, some of them by thieves who took over the account."""
