"""The stack: storage, functions, pipelines, API and what watches over them."""
