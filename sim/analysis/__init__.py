"""Questions asked of saved results: nothing here runs notebooks, draws charts or chooses words."""
