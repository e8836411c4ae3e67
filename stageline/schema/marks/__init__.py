"""What gives each dialect away, one file a dialect.

``CODE`` holds marks of the code, ``HEADER`` those of the comments at the top of a dump, where
dumping programs and authors say what it is. A new file here is a dialect that can be detected.
"""
