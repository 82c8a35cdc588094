"""Values out of a TOML document, each checked; what is wrong is gathered in plain words."""

import ipaddress
import re
from collections.abc import Mapping
from typing import Any

_HOST = re.compile(r"[0-9A-Za-z]([0-9A-Za-z.-]{0,251}[0-9A-Za-z])?")
_NAME = re.compile(r"[a-z][a-z0-9-]{0,30}")
_ADDRESS = re.compile(r"(.*):([0-9]{1,5})")
_LARGEST_PORT = 65_535
# What would end a word of the configuration, or begin a comment in it.
_UNSAFE = re.compile(r"[\s'\"\\#$]")


class Reader:
    """A document and what was found wrong with it."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._asked: set[str] = set()
        self.wrong: list[str] = []

    def complain(self, reason: str) -> None:
        """Note that something is wrong, once."""
        if reason not in self.wrong:
            self.wrong.append(reason)

    def number(self, name: str, *, least: int, most: int, default: int | None = None) -> int:
        """Return a whole number; the limits are inclusive."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int):
            if value is not None:
                self.complain(f"{name}: {value!r} is no whole number")
            return least
        if not least <= value <= most:
            self.complain(f"{name}: {value} is not between {least} and {most}")
        return value

    def text(self, name: str, *, may_be_empty: bool = False) -> str:
        """Return a word that may stand in the configuration as it is."""
        value: Any = self._value(name)
        if not isinstance(value, str):
            if value is not None:
                self.complain(f"{name}: {value!r} is no text")
            return ""
        if not value and not may_be_empty:
            self.complain(f"{name}: it is empty")
        if _UNSAFE.search(value):
            self.complain(f"{name}: {value!r} has a space, a quote, a backslash, # or $ in it")
        return str(value)

    def truth(self, name: str) -> bool:
        """Return true or false."""
        value = self._value(name)
        if not isinstance(value, bool) and value is not None:
            self.complain(f"{name}: {value!r} is neither true nor false")
        return value is True

    def address(self, name: str) -> str:
        """Return an address with a port."""
        value = self.text(name)
        self._check_address(name, value)
        return value

    def addresses(self, name: str) -> tuple[str, ...]:
        """Return addresses with ports; perhaps none."""
        values = self._texts(name)
        for value in values:
            self._check_address(name, value)
        return values

    def host(self, name: str) -> str:
        """Return a machine's name or IP address."""
        value = self.text(name)
        if value and not _is_host(value):
            self.complain(f"{name}: {value!r} is no name or IP address of a machine")
        return value

    def hosts(self, name: str) -> tuple[str, ...]:
        """Return names of machines; perhaps none."""
        values = self._texts(name)
        for value in values:
            if not _is_host(value):
                self.complain(f"{name}: {value!r} is no name of a machine")
        return values

    def networks(self, name: str) -> tuple[str, ...]:
        """Return IP addresses and networks; perhaps none."""
        values = self._texts(name)
        for value in values:
            try:
                ipaddress.ip_network(value)
            except ValueError as error:
                self.complain(f"{name}: {error}")
        return values

    def tables(self, name: str) -> list[str]:
        """Return the names of the tables in a table."""
        value = self._value(name)
        if not isinstance(value, dict) or not value:
            if value is not None:
                self.complain(f"{name}: there is none; write [{name}.app1]")
            return []
        for each, content in value.items():
            if not _NAME.fullmatch(each):
                self.complain(f"{name}.{each}: a name has small letters, digits and hyphens")
            if not isinstance(content, dict):
                self.complain(f"{name}.{each}: it is no table")
        return [each for each, content in value.items() if isinstance(content, dict)]

    def complain_of_the_rest(self) -> None:
        """Note what stands in the document and was never asked for: a slip of the pen."""
        for name in _leaves(self._document):
            if name not in self._asked:
                self.complain(f"{name}: nothing here has that name")

    def _value(self, name: str, default: Any = None) -> Any:
        self._asked.add(name)
        value: Any = self._document
        for part in name.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is None and default is None:
            self.complain(f"{name}: it is missing")
        return default if value is None else value

    def _texts(self, name: str) -> tuple[str, ...]:
        value = self._value(name)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.complain(f'{name}: it must be a list of texts, ["…"], perhaps empty')
            return ()
        for each in value:
            if not each or _UNSAFE.search(each):
                self.complain(f"{name}: {each!r} is empty or has a space or quote in it")
        return tuple(value)

    def _check_address(self, name: str, value: str) -> None:
        if not value:
            return
        found = _ADDRESS.fullmatch(value)
        if found is None or not 0 < int(found[2]) <= _LARGEST_PORT:
            self.complain(f"{name}: {value!r} needs a port from 1 to {_LARGEST_PORT}, as *:80 has")
        elif found[1] not in {"", "*"} and not _is_host(found[1].strip("[]")):
            self.complain(f"{name}: {value!r} begins with no name or IP address of a machine")


def _is_host(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return _HOST.fullmatch(value) is not None
    return True


def _leaves(table: Mapping[str, Any], before: str = "") -> list[str]:
    found = []
    for name, value in table.items():
        whole = f"{before}{name}"
        found += _leaves(value, f"{whole}.") if isinstance(value, dict) else [whole]
    return found
