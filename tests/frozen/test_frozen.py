"""What users see stays as it was frozen, and the net that says so lets nothing slip through."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest

from tests.frozen import cases, doors, outputs, plain, store
from tests.frozen.__main__ import of_jobs

PAGE = "vi/lao-cai/report/one/fund-12.3.html"
BOOK = "vi/lao-cai/report/one/fund-12.3.xlsx"
RECORD = {"code": "ab" * 32, "lock": "cd" * 32, "versions": {"python": "3.11.7", "numpy": "2.4.6", "odd": "2.4"}}


@pytest.fixture(scope="module")
def reference() -> dict[str, str]:
    return store.read()


def moved(old: str, new: str) -> str:
    """The difference of one output, as it is printed."""
    return store.differences({"vi/x": old}, {"vi/x": new}).get("vi/x", "")


# -- nothing has moved -------------------------------------------------------------------------------------------------


def test_a_page_a_workbook_a_word_file_the_terminal_and_the_planner_say_what_they_said(reference):
    chosen = [job for job in outputs.jobs() if job.quick]
    found = store.differences(of_jobs(reference, chosen), outputs.make(chosen))
    assert not found, "\n".join(found.values())


@pytest.mark.slow
@pytest.mark.timeout(2400)
def test_every_output_in_both_languages_and_every_pack_is_as_it_was():
    done = subprocess.run(
        [sys.executable, "-m", "tests.frozen", "check"], cwd=doors.ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


# -- the reference is whole --------------------------------------------------------------------------------------------


def test_the_manifest_names_every_text_of_the_archives_and_nothing_else(reference):
    assert store.manifest() == {name: plain.short(text) for name, text in reference.items()}
    assert all(path.stat().st_size < 1_000_000 for path in store.FOLDER.iterdir())


def test_every_job_has_its_outputs_in_the_reference_and_every_output_its_job(reference):
    jobs = outputs.jobs()
    assert [job.name for job in jobs if not of_jobs(reference, [job])] == []
    assert of_jobs(reference, jobs) == reference


@pytest.mark.parametrize("lang", cases.LANGUAGES)
@pytest.mark.parametrize("pack", cases.PACKS)
def test_every_form_of_every_pack_and_language_is_frozen(reference, lang, pack):
    names = [name for name in reference if name.startswith(f"{lang}/{pack}/")]
    ends = {"html", "pdf", "docx", "xlsx", "csv", "json", "ipynb"}
    assert ends <= {name.rpartition(".")[2] for name in names}
    assert any(name.endswith("/explorer.html") for name in names)
    assert any("/terminal/" in name for name in names) and any("/planner/" in name for name in names)


def test_every_shipped_scenario_has_its_page_and_workbook_in_both_languages(reference):
    shipped = [path.name.removesuffix(".yaml") for path in (doors.ROOT / "data" / "scenarios").glob("*.yaml")]
    for lang in cases.LANGUAGES:
        made = f"{lang}/{cases.SHIPPED}/report/all"
        assert all(f"{made}/{slug}.{form}" in reference for slug in shipped for form in ("html", "xlsx"))


def test_nothing_of_the_computer_it_was_made_on_is_kept(reference):
    texts = "\n".join(reference.values())
    assert str(doors.ROOT) not in texts and str(Path.home()) + "/" not in texts and "/tmp/" not in texts


def test_equal_texts_give_equal_bytes(tmp_path):
    texts = {"vi/b.html": "b\n", "vi/a.csv": "a\n", "en/a.csv": "a\n"}
    for name in ("one", "other"):
        store.write(dict(sorted(texts.items(), reverse=name == "one")), tmp_path / name)
    one, other = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("one", "other"))
    assert one == other and store.read(tmp_path / "one") == texts


# -- negative controls: what must be seen, and what must not -----------------------------------------------------------


def test_a_changed_digit_on_a_page_is_told_with_its_place():
    page = '<p>Năm 2030: <span class="n" data-mark="model">620⁠<sup>◐</sup></span> HTX</p><p>Nguồn</p>'
    told = moved(plain.html(page), plain.html(page.replace("620", "621")))
    assert "vi/x (reference)" in told
    assert [line[0] for line in told.splitlines() if "62" in line] == ["-", "+"]


def test_a_changed_mark_is_told_even_where_no_letter_changes():
    page = '<td class="num" data-mark="model">620</td>'
    told = moved(plain.html(page), plain.html(page.replace("model", "assumed")))
    assert '-<td class="num" data-mark="model">620' in told and '+<td class="num" data-mark="assumed">620' in told


@pytest.mark.parametrize(
    ("old", "new"),
    [('href="#a"', 'href="#b"'), ('id="a"', 'id="b"'), ("<th>", "<td>"), ("<b>", "<i>"), ('class="x"', 'class="y"')],
)
def test_a_changed_address_name_tag_or_class_is_told(old, new):
    page = '<table id="a" class="x"><tr><th><a href="#a"><b>1</b></a></th></tr></table>'
    swapped = page.replace(old, new).replace(old.replace("<", "</"), new.replace("<", "</"))
    assert moved(plain.html(page), plain.html(swapped))


def test_sources_of_one_title_may_change_places_and_others_may_not():
    def page(*sources: str) -> str:
        item = '<li><cite class="source">{title} <a href="{url}">{url}</a></cite></li>'
        return plain.html("".join(item.format(title=one.rstrip("12"), url=one) for one in sources))

    assert page("a", "b1", "b2", "c") == page("a", "b2", "b1", "c") != page("b1", "a", "b2", "c")


def test_a_line_of_a_chart_that_moves_is_told_and_its_last_bits_are_not():
    page = '<svg><path d="M10.04,20.26L30,40"/><text x="1">2024</text></svg>'
    assert not moved(plain.html(page), plain.html(page.replace("10.04", "10.0400000001")))
    assert moved(plain.html(page), plain.html(page.replace("10.04", "10.4")))


@pytest.mark.parametrize(("cell", "value"), [("B2", 1.50000002), ("B2", "1.5"), ("B3", 0), ("A1", "b")])
def test_a_changed_cell_is_told_with_its_address(tmp_path, cell, value):
    def book(name: str, **changed: object) -> str:
        made = openpyxl.Workbook()
        sheet = made.active
        sheet.title = "Tóm tắt"
        for address, content in {"A1": "a", "B2": 1.5, **changed}.items():
            sheet[address] = content
        made.save(tmp_path / name)
        return plain.xlsx(tmp_path / name)

    assert f"Tóm tắt!{cell}" in moved(book("old.xlsx"), book("new.xlsx", **{cell: value}))


def test_a_changed_number_format_is_told(tmp_path):
    told = []
    for shape in ("0.0", "0.00"):
        made = openpyxl.Workbook()
        made.active["A1"] = 1.5
        made.active["A1"].number_format = shape
        made.save(tmp_path / "x.xlsx")
        told.append(plain.xlsx(tmp_path / "x.xlsx"))
    assert "[0.00]" in moved(*told)


def test_the_ninth_digit_of_a_table_is_told_and_the_last_bit_is_not():
    row = "fund-12.3,htx_active,VN-02,2030,HTX,,619.60595703125,556.0\n"
    assert not moved(plain.text(row), plain.text(row.replace("619.60595703125", "619.6059570312501")))
    assert moved(plain.text(row), plain.text(row.replace("619.605957", "619.605958")))
    assert moved(plain.text(row), plain.text(row.replace("556.0", "557.0")))


def test_noise_around_zero_is_no_figure_and_a_small_figure_is():
    assert plain.numbers("1.3877787807814457e-17") == "0"
    assert plain.numbers("-0.0000123456789123") == "-1.23456789e-05"


@pytest.mark.parametrize(
    "figure", ["1.234.567", "12.300.000.000", "12,3", "2.4", "620", "8.192", "16.400", "2.4.65", "12.4.6", "1,234.5"]
)
def test_the_mask_leaves_figures_alone(figure):
    mask = plain.Mask.of_record(RECORD, {"/tmp/x": "‹folder›"})
    for said in (figure, f"({figure} tỷ đồng)", f"<code>{figure}</code>", f"{figure} s", f"năm {figure}."):
        assert mask(said) == said
        assert plain.text(said) == f"{said}\n"


def test_the_mask_strikes_out_code_versions_moments_durations_and_folders_alone():
    mask = plain.Mask.of_record(RECORD, {"/tmp/x": "‹folder›"})
    said = f"mã <code>{'ab' * 6}</code> NumPy <b>2.4.6</b> {'cd' * 32} 2026-11-24T01:02:03Z xong (3.1 s) /tmp/x/a"
    assert mask(said) == "mã <code>‹code›</code> NumPy <b>‹version›</b> ‹lock› ‹moment› xong (‹took› s) ‹folder›/a"
    assert mask("kịch bản e269ec8b69de") == "kịch bản e269ec8b69de"


@pytest.mark.parametrize("lang", cases.LANGUAGES)
def test_slow_checks_older_than_the_code_read_as_current_ones_wherever_a_line_breaks(lang):
    labels = (doors.ROOT / "data" / "labels" / f"{lang}.yaml").read_text(encoding="utf-8")
    stale, current = (yaml_text(labels, name) for name in ("stale", "current"))
    mask = plain.Mask()
    for said in (stale, stale.replace(" ", "\n"), stale.replace("“", "&#34;").replace("”", "&#34;")):
        assert mask(said).split() == current.split()
    assert stale != current and mask(current) == current


def yaml_text(labels: str, name: str) -> str:
    """The sentence about the slow checks of that name."""
    sentences = re.findall(rf'^  {name}: "(.*2026.*)"$', labels.replace("{date}", "2026-11-26"), re.MULTILINE)
    (sentence,) = [one for one in sentences if "2026-11-26" in one]
    return sentence.replace('\\"', '"')


def test_a_warning_of_python_is_left_out_with_its_line_of_code_and_nothing_after_it():
    said = "-- stderr\n‹program›/sim/a/b.py:54: RuntimeWarning: invalid value\n  x = a / b,\nF52: cần 12,3\n"
    assert plain.Mask()(said) == "-- stderr\nF52: cần 12,3\n"


def test_a_changed_figure_of_a_real_page_and_workbook_is_told_in_a_few_lines(reference):
    for name in (PAGE, BOOK):
        old = reference[name]
        place = next(at for at in range(len(old) // 2, len(old)) if old[at].isdigit())
        new = f"{old[:place]}{(int(old[place]) + 1) % 10}{old[place + 1:]}"
        told = store.differences({name: old}, {name: new})[name]
        assert f"{name} (now)" in told and 3 < len(told.splitlines()) < 15


def test_a_missing_output_and_a_new_one_are_told():
    assert list(store.differences({"vi/a": "1", "vi/b": "2"}, {"vi/b": "2", "vi/c": "3"})) == ["vi/a", "vi/c"]


def test_a_long_difference_is_cut_and_says_by_how_much():
    told = moved("\n".join(map(str, range(500))), "\n".join(map(str, range(500, 1000))))
    assert len(told.splitlines()) == store.LONGEST + 1 and "lines more" in told


def test_without_a_browser_nothing_is_said_to_be_checked(monkeypatch, capsys):
    from tests.frozen.__main__ import main

    def none() -> str:
        raise doors.NoBrowser("PDF CANNOT BE MADE")

    monkeypatch.setattr(doors, "browser", none)
    monkeypatch.setattr(store, "FOLDER", Path("nowhere"))
    assert main(["check", "--only", "/report/forms"]) == 2
    assert "PDF CANNOT BE MADE" in capsys.readouterr().err
