"""What an average means where one HTX makes up much of the total: the average of all others."""

from sim.domain import Province, Register

#: The printed revenue of the one, and the assumption that holds its share of the total.
_TERM, _SHARE = "largest_htx_revenue", "largest_htx_share"


def without_largest(province: Province, register: Register, average: float) -> float | None:
    """The average of all HTX but the largest, in the unit of the average; None where no page prints that one's revenue.

    Notes
    -----
    One among some hundred hardly changes the divisor: the average less its assumed share of the total. The share is of
    one area, so nothing is said where several are added, and it moves no forecast.
    """
    printed = {row.area_code for row in province.observations if row.indicator == _TERM}
    if _SHARE not in register.entries or printed.isdisjoint(area.code for area in province.areas):
        return None
    return None if len(province.areas) > 1 else average * (1.0 - register.value(_SHARE))
