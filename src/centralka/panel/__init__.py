"""The panel: server-rendered HTML, with HTMX where a page should not reload."""
