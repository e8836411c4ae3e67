"""What gives SQL Server away."""

from stageline.schema.mark import Mark

CODE = (
    Mark("GO", 5, "GO lines", r"^[ \t]*GO(?:[ \t]+\d+)?[ \t]*;?[ \t]*$"),
    Mark("[DBO]", 5, "[dbo]"),
    Mark("DBO.", 3, "dbo.", r"(?<![\w$])DBO\."),
    Mark("] [", 3, "names in brackets", r"^\s*,?\[\w+\]\s+\[\w+\]"),
    Mark("[", 2, "names in brackets", r"\b(?:TABLE|INTO|REFERENCES|KEY|USE)\s*\(?\s*\[\w+\]"),
    Mark("IDENTITY", 3, "IDENTITY (1,1)", r"\bIDENTITY\s*\(\s*\d+\s*,\s*\d+\s*\)"),
    Mark("CLUSTERED", 3, "clustered keys", r"CLUSTERED\b(?:(?<=\bCLUSTERED)|(?<=\bNONCLUSTERED))"),
    Mark("NVARCHAR(MAX)", 4, "nvarchar(max)", r"\bN?VAR(?:CHAR|BINARY)\s*\]?\s*\(MAX\)"),
    Mark("(MAX)", 4, "(max) lengths", r"\bN?VAR(?:CHAR|BINARY)\s*\]?\s*\(MAX\)"),
    Mark("UNIQUEIDENTIFIER", 4, "uniqueidentifier"),
    Mark("DATETIME2", 3, "datetime2"),
    Mark("DATETIMEOFFSET", 3, "datetimeoffset"),
    Mark("SMALLDATETIME", 3, "smalldatetime"),
    Mark("GETDATE()", 3, "getdate()"),
    Mark("NEWID()", 3, "newid()"),
    Mark("ANSI_NULLS", 4, "SET ANSI_NULLS"),
    Mark("QUOTED_IDENTIFIER", 3, "SET QUOTED_IDENTIFIER"),
    Mark("NOCOUNT", 3, "SET NOCOUNT"),
    Mark("SP_ADDEXTENDEDPROPERTY", 4, "sp_addextendedproperty"),
    Mark("N''", 1, "N'...' strings", r"[(\s,=]N''"),
    Mark("OBJECT_ID(", 3, "OBJECT_ID()"),
    Mark("TEXTIMAGE_ON", 4, "TEXTIMAGE_ON"),
    Mark("ON [PRIMARY]", 4, "ON [PRIMARY]"),
    Mark("WITH NOCHECK", 3, "WITH NOCHECK"),
    Mark("DECLARE @", 3, "variables with @"),
    Mark("NVARCHAR", 0.5, "nvarchar columns"),
    Mark("DATETIME", 0.5, "datetime columns"),
)

HEADER = (
    Mark("SQL SERVER", 2, "a header comment says SQL Server"),
    Mark("SQLSERVER", 2, "a header comment says SqlServer"),
    Mark("MSSQL", 2, "a header comment says MSSQL"),
    Mark("SCRIPT DATE:", 4, "a header comment says Script Date (SQL Server Management Studio)"),
    Mark("T-SQL", 2, "a header comment says T-SQL"),
    Mark(
        "OBJECT:  TABLE [", 5, "a header comment says Object: Table (SQL Server Management Studio)"
    ),
)
