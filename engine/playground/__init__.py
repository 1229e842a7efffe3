"""The playground's engine: settings in, data, network and a run that any step reproduces."""
