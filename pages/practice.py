from pages.ui.frame import open_page

open_page("practice")
