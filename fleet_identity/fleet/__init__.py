"""A fleet's rollout: who is a member, in which stages and groups, and what holds or stops it. Pure."""
