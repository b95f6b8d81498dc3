"""Training from nothing: autoencoder, flow matching, guidance distillation; by the clock, resumable."""
