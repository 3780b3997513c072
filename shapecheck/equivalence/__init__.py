"""Whether two models are the same function: built or given, run on the same inputs, compared place by place."""
