"""Recipes that make the small tables shipped inside `relevo`; run by a maintainer, never at run time."""
