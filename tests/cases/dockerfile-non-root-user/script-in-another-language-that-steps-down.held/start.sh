#!/usr/bin/env python3
import os
os.setuid(1000)
os.execvp("python", ["python", "main.py"])
