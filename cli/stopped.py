"""What a stopped command says, and how it ends; imports nothing, so that it is there before all else."""

SENTENCE = "Stopped. Run the same command again to go on from what Azure shows."
STATUS = 130
