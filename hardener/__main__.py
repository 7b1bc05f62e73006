"""`python -m hardener` is `harden`."""

from hardener.cli import main

if __name__ == "__main__":
    main()
