"""`make clients`: write what stock clients load into clients/models, as `GET /clients.zip` answers it."""

from pathlib import Path

from api.client_models.files import files

ROOT = Path(__file__).parent / "models"


def main() -> None:
    """Write the files."""
    for path, text in files().items():
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_text(text)


if __name__ == "__main__":
    main()
