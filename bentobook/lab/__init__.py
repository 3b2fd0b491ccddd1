"""The Jupyter server's half of the sidebar: the store over REST, and imports as jobs.

Everything is under ``/bentobook/api/``. The server process lists and reads records in threads; what imports MLflow,
copies or packs runs in processes of its own. No model is loaded anywhere here.
"""
