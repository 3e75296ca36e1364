"""Where the single file begins."""

from orchd.__main__ import main

main()
