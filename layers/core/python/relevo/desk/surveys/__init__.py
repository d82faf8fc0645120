"""Surveys: a resolved ticket's customer says how they were served, and whether they would recommend the company."""

from relevo.desk.surveys.answering import concerning, take_answer
from relevo.desk.surveys.asking import ASKING, Asking, ask_due

__all__ = ["ASKING", "Asking", "ask_due", "concerning", "take_answer"]
