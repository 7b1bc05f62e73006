"""What the documentation shows on a terminal, run and compared.

    <!-- in: samples/chatbot -->          a fresh copy, in a repository of its own; it lasts until the next such line;
                                          "a clone of" before it: a server of ours has it, too
    <!-- file: compose.yaml -->           the block below it is written to this file
    <!-- engine -->                       the block below it needs a container engine
    ```console
    $ harden --check .                    each command's output, errors among it, is what follows it
    …                                     any number of lines
    ```

`python -m tests.docs` writes the outputs anew, `python -m tests.docs --engine` those that need an engine, too, and
`python -m tests.docs review` those of one page.
"""
