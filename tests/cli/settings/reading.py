"""Settings as they are read, and what is said when they are refused."""

import pytest

from welfare.config import Settings, SettingsWrong


def read(**given):
    return Settings.from_environment({f"WELFARE_{name}": text for name, text in given.items()})


def refused(**given):
    with pytest.raises(SettingsWrong) as wrong:
        read(**given)
    return str(wrong.value)
