"""What all resources of the API share: types of fields, pages, problems, who may ask."""
