"""Tables of the statistics office: read in their own layout, kept as another concept, joined to nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.domain import InputError
from sim.evidence import load_peers
from sim.inputs.figures import is_px, load_observations, read_px
from sim.inputs.text import PEERS, source_data
from sim.inputs.yaml import LANGUAGES, load_catalogue

TITLE = "Số hợp tác xã đang hoạt động có kết quả sản xuất kinh doanh tại thời điểm 31/12 phân theo địa phương"
HEAD = ("Tỉnh, thành phố", "2018", "Năm 2019", "Sơ bộ 2020")
ROWS = (
    ("CẢ NƯỚC", "13958", "14500", ":"),
    ("Đồng bằng sông Hồng", "4507", "..", ""),
    ("Hà Giang", "236", "240", "238"),
    ("Lào Cai", "76", "..", "1 085"),
    ("TP. Hồ Chí Minh", "300", ":", "305"),
    ("Thừa Thiên - Huế", "210", "-", "215"),
)
NOTES = ("Ghi chú: số liệu minh họa", "Nguồn: Cục Thống kê")


def written(
    path: Path, *, separator: str = ",", title: str = TITLE, head=HEAD, rows=ROWS, coding: str = "utf-8"
) -> Path:
    lines = [[title], [], list(head), *map(list, rows), [], *([note] for note in NOTES)]
    text = "\n".join(separator.join(f'"{cell}"' for cell in line) for line in lines)
    path.write_bytes(text.encode(coding))
    return path


def keys(path: Path, **asked) -> dict[str, object]:
    with pytest.raises(InputError) as caught:
        read_px(path, source="px-t", **asked)
    return {problem.key: problem for problem in caught.value.problems}


@pytest.mark.parametrize(("separator", "coding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16")])
def test_every_download_of_px_web_reads_the_same(tmp_path: Path, separator: str, coding: str):
    path = written(tmp_path / "t.csv", separator=separator, coding=coding)
    assert is_px(path)
    table = read_px(path, source="px-t")
    got = {(one.area_code, one.year): (one.value, one.status) for one in table.figures}
    assert got == {
        ("VN-03", 2018): (236, "actual"), ("VN-03", 2019): (240, "actual"), ("VN-03", 2020): (238, "estimate"),
        ("VN-02", 2018): (76, "actual"), ("VN-02", 2020): (1085, "estimate"),
        ("VN-SG", 2018): (300, "actual"), ("VN-SG", 2020): (305, "estimate"),
        ("VN-26", 2018): (210, "actual"), ("VN-26", 2020): (215, "estimate"),
    }  # fmt: skip
    assert {(one.indicator, one.entity, one.period, one.unit) for one in table.figures} == {
        ("htx_with_results", "HTX", "end", "count")
    }
    assert (table.missing, table.side, table.left_out) == (3, "before", ("CẢ NƯỚC", "Đồng bằng sông Hồng"))


@pytest.mark.parametrize("end", ["\r", "\r\n"])
def test_line_ends_of_any_system_are_read(tmp_path: Path, end: str):
    path = written(tmp_path / "t.csv")
    path.write_bytes(path.read_bytes().replace(b"\n", end.encode()))
    assert is_px(path) and len(read_px(path, source="px-t").figures) == 9
    path.write_bytes(f"sep=;{end}Địa bàn;Năm{end}Lào Cai;chưa rõ{end}".encode("utf-8-sig"))
    assert not is_px(path)


def test_a_quotation_mark_that_is_never_closed_is_left_to_whoever_reads_the_table(tmp_path: Path):
    path = tmp_path / "t.csv"
    path.write_text('a,b\n"' + "x" * 200_000, encoding="utf-8")
    assert not is_px(path)


def test_other_tables_are_not_taken_for_one():
    assert not is_px(source_data() / PEERS / "observations.csv")
    assert not is_px(source_data() / "provinces" / "yen-bai" / "observations.csv")
    assert set(keys(source_data() / PEERS / "observations.csv")) == {"px_no_years"}


@pytest.mark.parametrize(
    "title",
    [
        "Số hợp tác xã phân theo địa phương",  # on which footing is not said
        "Số lao động của hợp tác xã đang hoạt động có kết quả sản xuất kinh doanh",
        "Doanh thu thuần của hợp tác xã đang hoạt động có kết quả sản xuất kinh doanh",
        "Số doanh nghiệp đang hoạt động có kết quả sản xuất kinh doanh",
        "",
    ],
)
def test_a_table_of_something_else_is_refused(tmp_path: Path, title: str):
    assert set(keys(written(tmp_path / "t.csv", title=title))) == {"px_other_count"}


def test_two_series_in_one_table_are_refused(tmp_path: Path):
    head = ("Tỉnh", "2018 Số hợp tác xã", "2018 Số hợp tác xã lớn", "2019 Số hợp tác xã")
    assert set(keys(written(tmp_path / "t.csv", head=head))) == {"px_year_twice"}
    head = ("Tỉnh", "2018 Số hợp tác xã", "2018 Số lao động", "2019 Số hợp tác xã")
    assert set(keys(written(tmp_path / "u.csv", head=head))) == {"px_other_count"}


def test_a_name_nobody_knows_and_a_cell_that_is_no_count_are_told_with_their_lines(tmp_path: Path):
    found = keys(written(tmp_path / "t.csv", rows=(("Lao Kai", "1", "2", "3"), ROWS[2])))
    assert found["px_area_unknown"].suggestion == "Lào Cai" and found["px_area_unknown"].line == 4
    found = keys(written(tmp_path / "u.csv", rows=(("Hà Giang", "7,6", "x", "-3"), ROWS[2])))
    assert {"px_area_twice", "number_unreadable", "value_negative"} <= set(found)
    assert found["value_negative"].place == "Hà Giang, 2020"
    assert set(keys(written(tmp_path / "v.csv", rows=(("Hà Giang", "7.5", "1", "1"),)))) == {"count_not_whole"}


# -- Boundaries: before and from 1 July 2025 ----------------------------------------------------------

ONE = (("Lào Cai", "900", "910", "920"), ("Sơn La", "254", "260", "270"))


def test_a_table_that_does_not_tell_its_boundaries_is_asked_about(tmp_path: Path):
    path = written(tmp_path / "t.csv", rows=ONE)
    assert keys(path)["px_side_unknown"].params["areas"] == "Lào Cai"
    codes = {
        side: {one.area_code for one in read_px(path, source="s", side=side).figures} for side in ("before", "from")
    }
    assert codes == {"before": {"VN-02", "VN-05"}, "from": {"VN-02-2025", "VN-05"}}


def test_a_province_that_is_gone_tells_the_boundaries_and_what_is_stated_must_agree(tmp_path: Path):
    path = written(tmp_path / "t.csv", rows=(*ONE, ("Yên Bái", "1", "2", "3")))
    assert read_px(path, source="s").side == "before"
    assert set(keys(path, side="from")) == {"px_side_other"}


def test_provinces_that_stayed_as_they_were_need_no_word(tmp_path: Path):
    table = read_px(written(tmp_path / "t.csv", rows=ONE[1:], head=("Tỉnh", "2023", "2024", "2025")), source="s")
    assert {one.area_code for one in table.figures} == {"VN-05"}


def test_all_thirty_four_are_the_new_boundaries(tmp_path: Path):
    from sim.inputs.figures import px

    areas = px._load_areas(source_data())
    names = [known[0] for code, known in areas.before.items() if code not in areas.gone]
    rows = [(name, "1", "2", "3") for name in names]
    assert len(areas.before) == 63 and len(names) == 34
    table = read_px(written(tmp_path / "t.csv", rows=rows), source="s")
    assert table.side == "from" and sum(one.area_code.endswith("-2025") for one in table.figures) == 3 * 23


def test_the_old_boundaries_have_no_end_of_2025(tmp_path: Path):
    path = written(tmp_path / "t.csv", rows=(*ONE, ("Yên Bái", "1", "2", "3")), head=("Tỉnh", "2023", "2024", "2025"))
    assert set(keys(path)) == {"px_side_years"}


# -- Kept apart ------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = tmp_path / "data"
    made.mkdir()
    for entry in source_data().iterdir():
        if entry.name != PEERS:
            (made / entry.name).symlink_to(entry)
    (made / PEERS).mkdir()
    for entry in (source_data() / PEERS).iterdir():
        (made / PEERS / entry.name).write_bytes(entry.read_bytes())
    monkeypatch.setenv("COOPSIM_DATA", str(made))
    monkeypatch.chdir(tmp_path)
    return made


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_is_shown_first_kept_when_agreed_to_and_moves_no_prior(root: Path, tmp_path: Path, capsys, lang: str):
    path, before = written(tmp_path / "Bảng HTX 2020.csv"), load_peers(root)
    kept = (root / PEERS / "observations.csv").read_bytes()
    assert main(["import", str(path), "--lang", lang]) == 2
    said = capsys.readouterr().out
    assert TITLE in said and load_catalogue(lang).text("figures.px_concept") in said
    assert sorted(one.name for one in (root / PEERS).iterdir()) == sorted(
        one.name for one in (source_data() / PEERS).iterdir()
    )
    for _ in range(2):  # again: the same table, not twice the figures
        assert main(["import", str(path), "--table", "px", "--yes", "--lang", lang]) == 0
        (made,) = (root / PEERS).glob("px-*.csv")
        figures = load_observations(made, sources={made.stem})
        assert len(figures) == 9 and {one.indicator for one in figures} == {"htx_with_results"}
        lines = (root / PEERS / "sources.csv").read_text(encoding="utf-8").splitlines()
        assert sum(line.startswith(f"{made.stem},") for line in lines) == 1
    assert (root / PEERS / "observations.csv").read_bytes() == kept
    assert load_peers(root) == before


def test_no_pack_starts_from_it(root: Path, tmp_path: Path, capsys):
    path = written(tmp_path / "t.csv")
    asked = ("--pack", "mau", "--name", "Mẫu", "--area", "VN-02", "--base-year", "2019")
    assert main(["import", str(path), *asked, "--yes"]) == 2
    assert "--pack" in capsys.readouterr().err and not list((root / PEERS).glob("px-*"))
