"""Distances on the globe."""

from collections.abc import Callable
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0088  # mean radius R1 (Moritz 2000, Geodetic Reference System 1980)


def distance_from(latitude: float, longitude: float) -> Callable[[float, float], float]:
    """Return a function that measures the great-circle distance from this point, in kilometres.

    The haversine formula: exact for small distances, and at most 0.5 % off the ellipsoid's.

    Args:
        latitude: degrees north, -90 to 90.
        longitude: degrees east, -180 to 180.
    """
    here, east, shrink = radians(latitude), radians(longitude), cos(radians(latitude))

    def to(other_latitude: float, other_longitude: float) -> float:
        there = radians(other_latitude)
        across = sin((radians(other_longitude) - east) / 2)
        half_chord = sqrt(sin((there - here) / 2) ** 2 + shrink * cos(there) * across**2)
        # Rounding may lift the half chord of two antipodes just above 1.
        return 2 * EARTH_RADIUS_KM * asin(min(1.0, half_chord))

    return to
