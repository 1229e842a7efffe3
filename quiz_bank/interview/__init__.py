"""Mock interviews: what is asked, what happens while it runs, and what is said about it after."""
