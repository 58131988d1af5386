"""The language server: what `ide` answers, in the words of the Language Server Protocol. The only pygls and lsprotocol."""
