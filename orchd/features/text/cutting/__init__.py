"""Measuring and cutting texts: tokens counted or guessed, and the best places for a cut."""
