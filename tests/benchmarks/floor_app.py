"""The floor: the least that a page with one slider and one chart of 5 x 400 points costs."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

shift = st.slider("Shift", 0, 100, 10, key="shift")
x = np.linspace(0.0, 10.0, 400)
lines = [go.Scatter(x=x, y=np.sin(x + k + shift / 10), name=f"line {k}") for k in range(5)]
st.plotly_chart(go.Figure(lines, {"title": {"text": f"shift {shift}"}}), key="chart")
