"""The commands of a conversation, as `/help` lists them."""

HELP = """\
/models            the models there are
/model [NAME]      ask this model from now on, or the daemon's choice
/system [TEXT]     what the model is told before the conversation
/attach PATH       send a file with your next message; alone: none
/new               begin a new conversation
/list [N]          the latest conversations
/search TEXT       messages and titles that have these words
/open N            go on with a conversation
/history [N]       its latest messages
/regenerate        have the last question answered once more
/edit [N]          ask the last question differently, or the Nth from the end
/delete [N]        delete the last question and what follows it, or the Nth
/rate up|down WHY  say what you think of the last answer; /rate none: nothing
/continue          go on from an answer that is not complete
/verify [FILE ...] have other models check the last answer, against these files
/reasoning         show or hide what models think before they answer
/quit              end, as Ctrl-D and /bye do
Ctrl-C cancels an answer or clears the line. Alt-Enter or a final backslash
begins a new line, three quotes begin and end a text of several. Tab completes,
Ctrl-R searches what was typed before, // begins a message with a slash."""

ALIASES = {"/bye": "/quit", "/exit": "/quit", "/?": "/help", "/retry": "/regenerate"}
