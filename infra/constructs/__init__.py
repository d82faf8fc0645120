"""One construct per pattern: a queue with its dead letters, a function with its role, and the ways to reach one."""
