"""What a task is and what comes next: values and pure decisions, which import nothing of the other rooms."""
