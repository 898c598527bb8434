"""The common part of all resources of the API: types of fields, pages, problems, authentication."""
