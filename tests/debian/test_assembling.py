"""A bundle has what its program must have, or there is none."""

from pathlib import Path

import pytest

from centralka.debian.assembling import assemble
from centralka.debian.errors import ProgramUnavailable
from centralka.debian.recipe import Recipe
from centralka.edge.bundle import EDGE
from tests.bundles import program


def unpacked(tree: Path, recipe: Recipe, without: str = "") -> Path:
    """The packages of a recipe, unpacked; the loader finds that no file needs a library, but `bad.so` does."""
    libraries = tree / "usr/lib/any-linux-gnu"
    program(libraries / "ld-any.so.1", 'case "$5" in */bad.so) echo "libx.so => /lib/libx.so (0x1)";; esac')
    program(tree / "usr/sbin" / recipe.program, "")
    modules = (f"{recipe.program}/modules/{name}.so" for name in (*recipe.required_modules, "bad"))
    for path in (*modules, *recipe.opened_later, "libc.so.6"):
        (libraries / path).parent.mkdir(parents=True, exist_ok=True)
        if path not in (f"{recipe.program}/modules/{without}.so", without):
            (libraries / path).touch()
    return tree


def test_program_loader_and_modules_are_taken_but_no_module_that_needs_a_library_of_the_system(tmp_path: Path) -> None:
    assemble(EDGE, unpacked(tmp_path / "tree", EDGE), tmp_path / "bundle")

    found = {path.relative_to(tmp_path / "bundle").as_posix() for path in (tmp_path / "bundle").rglob("*.*o*")}
    modules = {f"modules/{name}.so" for name in EDGE.required_modules}
    assert found == {"lib/ld-any.so.1", *(f"lib/{name}" for name in EDGE.opened_later), *modules}
    assert (tmp_path / "bundle/sbin/kamailio").exists()


@pytest.mark.parametrize("part", ["usrloc", "liblua5.4-lsqlite3.so.0"])
def test_packages_without_a_required_part_are_refused_by_its_name(tmp_path: Path, part: str) -> None:
    tree = unpacked(tmp_path / "tree", EDGE, without=part)

    with pytest.raises(ProgramUnavailable, match=rf"lacks parts of Kamailio now: {part}\."):
        assemble(EDGE, tree, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
