"""Tools of Stageline's folder, and of installed packages through entry points."""

from pathlib import Path

import pytest

from stageline import plugins
from stageline.errors import ConfigError

MODULE = '''
from dataclasses import dataclass


@dataclass
class Greeting:
    text: str


def greet(name: str) -> Greeting:
    """Say hello."""
    return Greeting("Hello " + name)
'''


@pytest.fixture(autouse=True)
def anew():
    plugins.forget_tools()
    yield
    plugins.forget_tools()


def install(folder: Path, entries: str, package: str = "tools-of-others", module: str = MODULE):
    """A package as pip leaves it: its metadata and its code."""
    info = folder / f"{package.replace('-', '_')}-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[stageline.tools]\n{entries}\n")
    (folder / "others_tools.py").write_text(module)


def test_the_folder_is_the_registry():
    assert {"fail", "sleep", "run_command", "http_request"} <= plugins.tool_names()
    assert not [name for name in plugins.tool_names() if name.startswith("_")]
    assert [tool.name for tool in plugins.all_tools()] == sorted(plugins.tool_names())
    assert plugins.find_tool("no_such_tool") is None


def test_every_tool_of_ours_says_its_errors_and_has_a_version():
    for tool in plugins.all_tools():
        assert len(tool.version) == 64
        assert tool.description


def test_a_tool_of_an_installed_package_is_found(tmp_path, monkeypatch):
    install(tmp_path, "greet_people = others_tools:greet")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert "greet_people" in plugins.tool_names()
    tool = plugins.find_tool("greet_people")
    assert tool is not None
    assert (tool.name, tool.title, list(tool.inputs)) == ("greet_people", "Say hello", ["name"])
    assert tool.function(name="A").text == "Hello A"


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ("sleep = others_tools:greet", "tools-of-others.*Stageline's own"),
        ("a.b = others_tools:greet", "wrong name"),
        ("greet = others_tools:missing", "cannot be loaded"),
        ("greet = no_such_module:greet", "cannot be loaded"),
        ("greet = others_tools:Greeting", "plain function"),
    ],
)
def test_wrong_packages_are_named(tmp_path, monkeypatch, entries, said):
    install(tmp_path, entries)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ConfigError, match=said):
        plugins.find_tool("greet")


def test_two_packages_with_one_name_are_both_named(tmp_path, monkeypatch):
    install(tmp_path / "a", "greet = others_tools:greet")
    install(tmp_path / "b", "greet = others_tools:other", package="more-tools")
    monkeypatch.syspath_prepend(str(tmp_path / "a"))
    monkeypatch.syspath_prepend(str(tmp_path / "b"))
    with pytest.raises(ConfigError, match=r"more-tools.*tools-of-others"):
        plugins.find_tool("greet")
