"""Shapes of the files users write: plan, world, scenario, assumption.

The models say what a file may hold, field by field; they also yield the JSON Schemas with which an
editor helps while typing (`sim.inputs.yaml.schemas`). What spans several fields or files (a sum, an
order, a name that must exist) is checked by the loader of that file.
"""

import numbers
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    Strict,
    Tag,
    WithJsonSchema,
    create_model,
)
from pydantic_core import PydanticCustomError

from sim.domain import BUDGET_LINES, EVERY_LINE, GRADES, KINDS, PRICE_BASES, Numbers
from sim.inputs.text import limit

SLUG_PATTERN = r"^[a-z0-9][a-z0-9.-]*$"
ID_PATTERN = r"^[a-z][a-z0-9_]*$"
DATE_PATTERN = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
AREA_PATTERN = r"^[A-Z0-9][A-Z0-9-]*$"
VINTAGE_PATTERN = r"^(?:before|from)-[0-9]{4}-[0-9]{2}-[0-9]{2}$"
#: Marks the parts of an error's place that name a variant and not a key of the file.
VARIANT = "variant:"


def exact(value: object) -> object:
    """A number as an exact decimal; text and truth values are not numbers here."""
    if isinstance(value, Decimal):
        number = value
    elif isinstance(value, bool) or not isinstance(value, numbers.Real):
        raise PydanticCustomError("number_type", "not a number")
    else:
        number = Decimal(int(value)) if isinstance(value, numbers.Integral) else Decimal(repr(float(value)))
    if not number.is_finite():
        raise PydanticCustomError("finite_number", "not finite")
    return number


def _money(value: object) -> object:
    """As `exact`, refused in the words of money."""
    try:
        return exact(value)
    except PydanticCustomError as error:
        raise PydanticCustomError("money_type", "no amount of money") from error


def between(low: int, high: int, *, allowed: str | Numbers, above: str = "out_of_range") -> tuple[Any, ...]:
    """Bounds whose message states the whole range, as `allowed`; `above` is the key for what is too large."""

    def check(value: Any) -> Any:
        if not low <= value <= high:
            raise PydanticCustomError(
                "between", "out of range", {"allowed": allowed, "key": above if value > high else "out_of_range"}
            )
        return value

    return AfterValidator(check), Field(json_schema_extra={"minimum": low, "maximum": high})


Number = Annotated[Decimal, BeforeValidator(exact)]
Whole = Annotated[int, Strict()]
Flag = Annotated[bool, Strict()]
Text = Annotated[str, Strict(), Field(min_length=1, max_length=limit("text_characters"))]
Slug = Annotated[str, Strict(), Field(pattern=SLUG_PATTERN, max_length=limit("name_characters"))]
Id = Annotated[str, Strict(), Field(pattern=ID_PATTERN, max_length=limit("name_characters"))]
Date = Annotated[str, Strict(), Field(pattern=DATE_PATTERN)]
_YEARS, _FUND = (limit("first_year"), limit("last_year")), (0, limit("annual_fund"))
Year = Annotated[Whole, *between(*_YEARS, allowed="{} … {}".format(*_YEARS))]
Money = Annotated[
    Decimal, BeforeValidator(_money), *between(*_FUND, allowed=Numbers("{} … {}", _FUND), above="money_out_of_range")
]
Series = Annotated[
    dict[Year, Money],
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{4}$"},
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": limit("annual_fund")},
            "minProperties": 1,
        }
    ),
]


class Shape(BaseModel):
    """A mapping with exactly these keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelShape(Shape):
    """Text by language | Chữ theo ngôn ngữ"""

    vi: Text = Field(description="Vietnamese | tiếng Việt")
    en: Text = Field(description="English | tiếng Anh")


_lines: dict[str, Any] = {line.id: (Series, Field(description=line.purpose)) for line in BUDGET_LINES}
LinesShape = create_model(
    "LinesShape",
    __base__=Shape,
    __doc__="Money per line and year [billion VND/yr] | Kinh phí từng dòng mỗi năm [tỷ đồng/năm]",
    **_lines,
)


AreaCode = Annotated[str, Strict(), Field(pattern=AREA_PATTERN)]
Share = Annotated[Number, *between(0, 1, allowed=Numbers("{} … {}", (0, 1)))]
ShareSeries = Annotated[
    dict[Year, Share],
    Field(min_length=1),
    WithJsonSchema(
        {
            "type": "object",
            "propertyNames": {"pattern": "^[0-9]{4}$"},
            "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1},
            "minProperties": 1,
        }
    ),
]
_shares: dict[str, Any] = {
    EVERY_LINE: (dict[AreaCode, ShareSeries], Field({}, description="Of every line | Của mọi dòng")),
    **{line.id: (dict[AreaCode, ShareSeries], Field({}, description=line.purpose)) for line in BUDGET_LINES},
}
_amounts: dict[str, Any] = {
    line.id: (dict[AreaCode, Series], Field({}, description=line.purpose)) for line in BUDGET_LINES
}
AreaSharesShape = create_model(
    "AreaSharesShape",
    __base__=Shape,
    __doc__="Share of a line's money by area and year | Tỷ lệ kinh phí của dòng theo địa bàn và năm",
    **_shares,
)
AreaMoneyShape = create_model(
    "AreaMoneyShape",
    __base__=Shape,
    __doc__="Money of a line by area and year [billion VND/yr] | Kinh phí của dòng theo địa bàn và năm [tỷ đồng/năm]",
    **_amounts,
)


class AreasShape(Shape):
    """How money is divided between areas, from each year on | Chia kinh phí giữa các địa bàn, từ mỗi năm trở đi"""

    shares: AreaSharesShape = Field(default_factory=AreaSharesShape)  # type: ignore[valid-type]
    money: AreaMoneyShape = Field(default_factory=AreaMoneyShape)  # type: ignore[valid-type]


class PlanShape(Shape):
    """A plan: the fund of each year and its four lines | Phương án: quỹ từng năm và bốn dòng kinh phí"""

    slug: Slug = Field(description="Name, as the file | Tên, trùng tên tệp")
    label: LabelShape
    description: LabelShape | None = None
    price_basis: Literal[PRICE_BASES] = Field(  # type: ignore[valid-type]
        description="nominal: money of each year; real_2023: money of 2023 | giá hiện hành hoặc giá 2023"
    )
    fund: Series = Field(description="Fund of the year [billion VND/yr] | Quỹ của năm [tỷ đồng/năm]")
    lines: LinesShape  # type: ignore[valid-type]
    repeat_last: Flag = Field(False, description="Later years repeat the last | Năm sau lặp lại năm cuối")
    areas: AreasShape | None = Field(None, description="Else by active HTX | Không ghi: theo số HTX đang hoạt động")


class InlinePlanShape(PlanShape):
    """A plan inside a scenario; without a name of its own it takes the scenario's | Phương án viết trong kịch bản"""

    slug: Slug | None = None  # type: ignore[assignment]
    label: LabelShape | None = None  # type: ignore[assignment]


class Triple(Shape):
    """Low, middle and high: one in ten below p10, one in ten above p90 | Thấp, giữa, cao"""

    p10: Number
    p50: Number
    p90: Number


class Constant(Shape):
    """One value without uncertainty | Một giá trị, không có khoảng bất định"""

    value: Number


class Simplex(Shape):
    """One share of a group that adds up to 1 | Một phần của nhóm có tổng bằng 1"""

    simplex: Id
    mean: Annotated[Number, Field(gt=0, lt=1)]
    concentration: Annotated[Number, Field(gt=0)]


class OverrideTriple(Triple):
    """A restated range and why | Khoảng giá trị mới và lý do"""

    reason: LabelShape


class OverrideConstant(Constant):
    """A restated value and why | Giá trị mới và lý do"""

    reason: LabelShape


def by_key(*keys: str, otherwise: str) -> Discriminator:
    """Which of several shapes a mapping means to be: told by the first of these keys it has."""

    def tag(value: Any) -> str:
        fields = value if isinstance(value, dict) else getattr(type(value), "model_fields", ())  # in, and out again
        return VARIANT + next((key for key in keys if key in fields), otherwise)

    return Discriminator(tag)


DistributionShape = Annotated[
    Annotated[Triple, Tag(VARIANT + "triple")]
    | Annotated[Constant, Tag(VARIANT + "value")]
    | Annotated[Simplex, Tag(VARIANT + "simplex")],
    by_key("simplex", "value", otherwise="triple"),
]
OverrideShape = Annotated[
    Annotated[OverrideTriple, Tag(VARIANT + "triple")] | Annotated[OverrideConstant, Tag(VARIANT + "value")],
    by_key("value", otherwise="triple"),
]


class AssumptionShape(Shape):
    """One assumption with its range and evidence | Một giả định, khoảng giá trị và căn cứ"""

    label: LabelShape
    question: LabelShape = Field(description="What to ask someone who knows | Câu hỏi cho người am hiểu")
    unit: Text
    distribution: DistributionShape
    bounds: tuple[Number, Number] = Field(description="Hard limits [low, high] | Giới hạn cứng [thấp, cao]")
    kind: Literal[KINDS]  # type: ignore[valid-type]
    grade: Literal[GRADES] = Field(description="A measured here … E placeholder | A đo tại chỗ … E giữ chỗ")  # type: ignore[valid-type]
    source: Text = Field(description='id in sources.csv or effects.csv, several with ", ", or none')
    reason: LabelShape
    owner: LabelShape = Field(description="A role, not a person | Chức danh, không ghi tên người")
    date: Date
    review_by: Date
    column: Annotated[Whole, Field(ge=0)] = Field(description="Permanent random column | Cột ngẫu nhiên cố định")
    conditioned: Flag = Field(False, description="Updated on the history | Cập nhật theo số liệu quá khứ")
    role: Literal["projection", "measurement"] = "projection"
    of: Id | None = Field(None, description="The assumption it is in one area | Giả định mà mục này nói riêng")
    area: Annotated[str, Strict(), Field(pattern=AREA_PATTERN)] | None = Field(
        None, description="Code of that area | Mã địa bàn đó"
    )


class WorldShape(Shape):
    """A world: assumptions that are restated | Bối cảnh: các giả định được điều chỉnh"""

    slug: Slug
    label: LabelShape
    description: LabelShape | None = None
    overrides: dict[Id, OverrideShape]


class InlineWorldShape(WorldShape):
    """A world inside a scenario; without a name of its own it takes the scenario's | Bối cảnh viết trong kịch bản"""

    slug: Slug | None = None  # type: ignore[assignment]
    label: LabelShape | None = None  # type: ignore[assignment]


def _reference_or(tag: str) -> Any:
    def choose(value: Any) -> str:
        return VARIANT + (tag if isinstance(value, (dict, Shape)) else "slug")

    return choose


class OwnTargetShape(Shape):
    """A target of one's own | Chỉ tiêu tự đặt"""

    indicator: Id = Field(description="Indicator's id | Mã chỉ tiêu")
    year: Year = Field(description="By the end of it | Đến hết năm")
    level: Number = Field(description="At least; at most where less is better | Mức cần đạt, hoặc không vượt")
    high: Number | None = Field(None, description="End of a band | Mức trên của khoảng")
    label: LabelShape | None = None


class ScenarioShape(Shape):
    """A scenario: a plan in a world to a horizon | Kịch bản: phương án trong một bối cảnh đến năm cuối"""

    slug: Slug
    label: LabelShape
    plan: Annotated[
        Annotated[Slug, Tag(VARIANT + "slug")] | Annotated[InlinePlanShape, Tag(VARIANT + "plan")],
        Discriminator(_reference_or("plan")),
    ] = Field(description="Name of a plan, or a plan | Tên phương án hoặc cả phương án")
    world: Annotated[
        Annotated[Slug, Tag(VARIANT + "slug")] | Annotated[InlineWorldShape, Tag(VARIANT + "world")],
        Discriminator(_reference_or("world")),
    ] = Field(description="Name of a world, or a world | Tên bối cảnh hoặc cả bối cảnh")
    horizon: Year = Field(description="Last year | Năm cuối")
    targets: list[OwnTargetShape] = Field(default=[], description="Targets of one's own | Chỉ tiêu tự đặt")


class GridShape(Shape):
    """Many scenarios at once: every plan in every world to every horizon, and some by name | Lưới kịch bản"""

    slug: Slug
    label: LabelShape
    plans: list[Text] = Field(default=[], description="Plans, by name or file | Các phương án, theo tên hoặc tệp")
    worlds: list[Text] = Field(default=["central"], description="Worlds, by name or file | Các bối cảnh")
    horizons: list[Year] = Field(default=[], description="Last years | Các năm cuối")
    scenarios: list[Text] = Field(default=[], description="Further scenarios, by name or file | Kịch bản khác")


#: A register file: id -> assumption.
RegisterShape = dict[Id, AssumptionShape]
