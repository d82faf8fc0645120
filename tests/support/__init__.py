"""What tests share: a real Postgres, queues in memory, a stand-in of every third party."""
