"""One construct per pattern: a queue with its dead-letter queue, a function with its role, and the ways to reach one."""
