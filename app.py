"""Gradient Gym: the frame and the router. Start it with `streamlit run app.py`."""

from pages.ui.frame import navigation

navigation().run()
