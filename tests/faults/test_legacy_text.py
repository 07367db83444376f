"""Vietnamese of old encodings is recognised in every text a user can give, and told with what was meant."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from string import ascii_letters

import openpyxl
import pytest

from sim.domain import InputError
from sim.inputs.excel import parse_scenario_book
from sim.inputs.figures import load_figures
from sim.inputs.scenarios import check_file, load_scenario
from sim.inputs.text import ENCODINGS, decode, legacy
from sim.inputs.yaml import load_catalogue
from sim.planner import Refusal, slug_of
from sim.run import asked_of, scenario_bytes
from tests.faults.test_rows import book, cells

MEANT = "Tỉnh Lào Cai"
OLD = {
    "TCVN3": "TØnh Lµo Cai", "VNI": "Tænh Laøo Cai", "UTF-8": MEANT.encode().decode("cp1252"), "VISCII": "Tïnh Lào Cai",
}  # fmt: skip
every = pytest.mark.parametrize("encoding", OLD)
OLD_TEXTS = (
    ("Lµo Cai", "Lào Cai"),
    ("LµO CAI", "LÀO CAI"),
    ("HTX N«ng nghiÖp §ång TiÕn", "HTX Nông nghiệp Đồng Tiến"),
    ("c¬ së h¹ tÇng", "cơ sở hạ tầng"),
    ("x· V¨n B\u00b5n", "xã Văn Bàn"),
    ("Laøo Cai", "Lào Cai"),
    ("HUYEÄN BAÉC HAØ", "HUYỆN BẮC HÀ"),
    ("Hôïp taùc xaõ noâng nghieäp", "Hợp tác xã nông nghiệp"),
    ("ñöôøng", "đường"),
    ("T±ng s¯ hþp tác xã", "Tổng số hợp tác xã"),
    ("huy®n B¡c Hà", "huyện Bắc Hà"),
    ("cüng c¯ t± chÑc", "củng cố tổ chức"),
    ("T\x9bNH LÀO CAI", "TỈNH LÀO CAI"),
    ("LÃ o Cai", "Lào Cai"),  # the no-break blank was turned into a blank
    ("LÃ\u00a0o Cai", "Lào Cai"),
    ("há»£p tÃ¡c xÃ£", "hợp tác xã"),
    ("huyá»‡n Báº¯c HÃ ", "huyện Bắc Hà"),
    ("Ä\x91Æ°á»\x9dng", "đường"),
)
TEXTS_OF_TODAY = (
    "Tỉnh Lào Cai, xã Tả Van", "XÃ Tả Van", "“XÃ”", "XÃ và HTX", "HOÀ BÌNH – “HÀ NỘI”", "hoà thuỷ quý",
    "Ða Ðo Ðông",
    "café naïve Zürich Orléans señor São Paulo Müller Noël Côte d'Ivoire", "5 µm", "m² · 5 ± 3 °C", "2×3 km×h",
    "«Nông nghiệp»", "N·m", "120 km², R² = 0,9, N° 5, Nº 12, x³",
    "dès, måned, Mädchen, fünf, Mª, süß", "giếng, quýt, khuỷu, Đắk Lắk",
    "© 2024 Sở KH&ĐT ®", "§ 5", "Lo\u00a0Cai", "1½ ha", "Lào Cai", "tỉ lệ 5 ‰", "",
)  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), OLD_TEXTS)
def test_old_text_is_read_as_it_was_meant(text: str, meant: str) -> None:
    found = legacy(text)
    assert found is not None and found.meant.strip() == meant


@pytest.mark.parametrize("text", TEXTS_OF_TODAY)
def test_text_of_today_and_of_other_languages_is_left_alone(text: str) -> None:
    assert legacy(text) is None


def told(refused: pytest.ExceptionInfo[InputError], encoding: str, place: str = "") -> None:
    problem = refused.value.problems[0]
    assert (problem.key, problem.params["encoding"]) == ("legacy_text", encoding)
    for lang, words in (("vi", "chuyển sang Unicode"), ("en", "convert it to Unicode")):
        message = load_catalogue(lang).describe(problem)
        assert message.startswith("F34") and words in message and place in message
        assert MEANT in message and str(problem.value) in message


@every
@pytest.mark.parametrize("name", ["s.yaml", "w.yaml", "t.csv"])
def test_files_of_text_are_refused_at_the_line(encoding: str, name: str, tmp_path: Path) -> None:
    content = {
        "s.yaml": f"slug: s\nlabel: {{vi: {OLD[encoding]}, en: S}}\nhorizon: 2030\n",
        "w.yaml": f"slug: w\nlabel: {{vi: W, en: W}}\noverrides: {{}} # {OLD[encoding]}\n",
        "t.csv": f"area\n{OLD[encoding]}\n",
    }[name]
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        check_file(str(tmp_path / name), [])
    told(refused, encoding, f"{name}:")


@every
@pytest.mark.parametrize("column", ["area", "note"])
def test_tables_of_figures_are_refused_at_the_cell(encoding: str, column: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    path.write_bytes(book(cells(**{column: OLD[encoding]})))
    with pytest.raises(InputError) as refused:
        load_figures(path)
    told(refused, encoding, "2")


@every
def test_headings_of_a_table_are_refused_too(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    made = openpyxl.Workbook()
    made.active.append([OLD[encoding], "Lo¹i", "N¨m"])
    made.save(path)
    with pytest.raises(InputError) as refused:
        load_figures(path)
    told(refused, encoding, "A1")


@every
@pytest.mark.parametrize("key", ["label.vi", "plan.label.vi"])
def test_a_scenario_s_workbook_is_refused_at_the_cell(encoding: str, key: str) -> None:
    made = openpyxl.load_workbook(io.BytesIO(scenario_bytes(load_scenario("fund-12.3"), Path("s.xlsx"), lang="vi")))
    page = made.worksheets[0]
    row = next(cell.row for line in page.iter_rows() for cell in line if cell.value == key)
    page.cell(row, 2).value = OLD[encoding]
    stream = io.BytesIO()
    made.save(stream)
    document = parse_scenario_book(stream.getvalue(), file="s.xlsx")
    with pytest.raises(InputError) as refused:
        document.require()
    told(refused, encoding, f"B{row}")


@every
def test_a_name_typed_on_the_command_line_is_refused(encoding: str) -> None:
    with pytest.raises(InputError) as refused:
        asked_of(slug="mau", name=OLD[encoding], area="VN-99", base_year=2023)
    told(refused, encoding, "--name")


@every
def test_a_name_typed_in_the_planner_is_refused(encoding: str) -> None:
    with pytest.raises(Refusal) as refused:
        slug_of(OLD[encoding])
    assert refused.value.key == "name_legacy"
    for lang in ("vi", "en"):
        assert MEANT in load_catalogue(lang).text("planner.problem_name_legacy", **refused.value.params)


@pytest.mark.parametrize("encoding", ["TCVN3", "VNI", "VISCII"])
def test_bytes_of_an_old_encoding_are_refused_by_its_name_and_with_what_was_meant(encoding: str) -> None:
    with pytest.raises(InputError) as refused:
        decode(f"area,note\n{OLD[encoding]},x\n".encode("latin-1"), file="t.csv")
    problem = refused.value.problems[0]
    assert (problem.key, problem.line, problem.suggestion) == ("encoding_legacy", 2, MEANT)
    for lang, words in (("vi", "lưu lại"), ("en", "save it again")):
        message = load_catalogue(lang).describe(problem)
        assert message.startswith("F34 t.csv:2:") and encoding in message and words in message


def test_bytes_nobody_knows_are_told_as_they_are() -> None:
    with pytest.raises(InputError) as refused:
        decode(b"area\n\xff\xfe\xfd\n", file="t.csv")
    assert refused.value.problems[0].key == "encoding_unknown"


def _viscii() -> str:
    """The upper half of RFC 1456 as the system's converter has it, where there is one."""
    try:
        done = subprocess.run(
            ["iconv", "-f", "VISCII", "-t", "UTF-8"], input=bytes(range(0x80, 0x100)), capture_output=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no iconv that knows VISCII")
    return done.stdout.decode()


def test_viscii_is_the_table_of_rfc_1456() -> None:
    for byte, letter in zip(range(0x80, 0x100), _viscii(), strict=True):
        shown = bytes([byte]).decode("cp1252", "ignore")
        for old in (sign for sign in (chr(byte), shown) if sign and sign not in "\u00a0‚„…†‡‰‹‘’“”•–—›"):
            assert ENCODINGS["VISCII"](old) == letter


def test_most_phrases_of_an_old_encoding_are_known_by_its_name_and_read_right() -> None:
    """Every sentence of the program's own texts, written in VISCII; one of today is never taken for an old one."""
    old = {letter: chr(byte) for byte, letter in zip(range(0x80, 0x100), _viscii(), strict=True)}
    known = total = 0
    for text in load_catalogue("vi").section("terms").values():
        assert legacy(text) is None
        written = "".join(old.get(letter, letter) for letter in text)
        if written == text or not {*filter(str.isalpha, text)} <= {*old, *ascii_letters}:
            continue
        total += 1
        found = legacy(written)
        known += found is not None and found.encoding == "VISCII" and found.meant in text
    assert total > 100 and known > 0.95 * total
