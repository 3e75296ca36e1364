"""Write a manual page of each command: manual.py PLACE VERSION DATE"""

import sys

from click_man.core import write_man_pages

from orchd.cli import orchd

place, version, date = sys.argv[1:]
write_man_pages("orchd", orchd, version=version, target_dir=place, date=date)
