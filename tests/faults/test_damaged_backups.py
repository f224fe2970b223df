"""Damaged and forged backups end in a sentence, with nothing restored."""

import shutil
import tracemalloc

from models.sealing import make_key_file
from tests.cli.backed_up import live_in
from tests.faults.bench import Bench
from tests.faults.damaged_backups import CASES, SENTENCES
from tests.faults.drills import KIBI, OF_SQLITE, is_empty
from welfare.gateways.backup_files import find_backup


@OF_SQLITE
def test_every_damaged_backup_is_refused_and_nothing_is_restored(
    make, vault, empty_url, tmp_path, keys, capsys
):
    live_in(make)
    good, other = vault.made(), vault.made()
    foreign = make_key_file(tmp_path / "foreign" / "k.key")
    said = {}

    for name, damage in CASES.items():
        folder = tmp_path / "bench"
        copy_of(vault, good, folder)
        bench = Bench(find_backup(folder, good.name), other, vault, keys, foreign)
        damage(bench)
        done = vault.restore(folder / good.name, WELFARE_DATABASE_URL=empty_url)
        assert done.exit_code == 1, name
        assert done.output.startswith(("Error: ", "Restoring")), name
        said[name] = done.output.rpartition("Error: ")[2]
        shutil.rmtree(folder)

    assert len(said) >= 50
    assert {name for name in said if SENTENCES.get(name, "") not in said[name]} == set()
    assert is_empty(empty_url, keys)
    copy_of(vault, good, tmp_path / "bench")  # the copying itself damages nothing
    again = vault.restore(tmp_path / "bench" / good.name, WELFARE_DATABASE_URL=empty_url)
    assert again.exit_code == 0, again.output
    with capsys.disabled():
        print(f"\n{len(said)} of {len(CASES)} damaged backups refused")  # noqa: T201


@OF_SQLITE
def test_a_decompression_bomb_is_given_up_before_it_fills_the_memory(make, vault, tmp_path, keys):
    live_in(make)
    good, other = vault.made(), vault.made()
    bombs = [name for name in CASES if name.startswith("128 MiB")]

    for name in bombs:
        copy_of(vault, good, tmp_path / name)
        CASES[name](Bench(find_backup(tmp_path / name, good.name), other, vault, keys, keys))
        tracemalloc.start()
        done = vault.verify(tmp_path / name / good.name)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert done.exit_code == 1
        assert most < 60 * KIBI * KIBI

    assert len(bombs) == 3


@OF_SQLITE
def test_another_key_file_is_told_and_opens_nothing(make, vault, tmp_path):
    live_in(make)
    made, other = vault.made(), tmp_path / "foreign" / "k.key"
    make_key_file(other)

    done = vault.verify(made.name, WELFARE_KEY_FILE=str(other))

    assert done.exit_code == 1
    assert "made with another key file" in done.output
    assert "escrow" in done.output


def copy_of(vault, backup, folder):
    folder.mkdir()
    for path in vault.folder.glob(f"{backup.name}.*"):
        shutil.copy(path, folder)
