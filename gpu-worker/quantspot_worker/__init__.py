"""The engine of quantspot: keeps several quantized variants of one FLUX model loaded and renders on them."""

import os

# Before torch is imported anywhere. By default the threads of one operation spin while they wait for each other;
# on a CPU that other processes use as well, a render then takes ten times as long.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
