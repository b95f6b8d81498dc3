"""The engine of quantspot: keeps several quantized variants of one FLUX model loaded and renders on them."""

import os

# Before torch is imported anywhere. The threads of one operation spin while they wait for each other: long by default,
# which makes a render ten times as slow where other processes use the CPU as well. Turns of the loop that each may
# spin, by what tiny took on 2 cores, alone and on a busy machine: 0 (OMP_WAIT_POLICY=PASSIVE) 0.74 s and 1.5 s,
# 1,000 0.54 s and 2.3 s, 20,000 12 s when busy, the default 0.57 s and 7 s.
os.environ.setdefault("GOMP_SPINCOUNT", "1000")
