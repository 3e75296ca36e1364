"""The commands that ask a running daemon for something other than chats: projects, teams, quotas, one's account,
files, any request."""
