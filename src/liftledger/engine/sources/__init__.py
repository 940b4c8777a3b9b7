"""Where rows come from: files and tables, each as a relation that the engine can read."""
