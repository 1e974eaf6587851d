"""What is true of the made-up people, and how they answer: in time, late, twice, wrongly, by someone else, or never."""
