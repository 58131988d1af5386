"""A path as a picture: lanes of providers, steps in the order of time, handoffs as crossings. See `pathflow.picture.api`."""

from pathflow.picture.api import Look, Picture, draw, picture_svg

__all__ = ["Look", "Picture", "draw", "picture_svg"]
