"""From somebody else's canvas to a document: drafts of nodes, wires between them, loops found.

``draft``      what a format hands over: nodes and wires as it has them, named as it names them
``terms``      references and expressions that do not know yet from where they will be seen
``naming``     readable, unique ids
``loops``      back edges become loops
``rendering``  terms become values and expressions, seen from the place where they stand
``wiring``     wires become control edges, and every wire is accounted for
``gates``      several ways that meet before a node that needs values from afar
``until``      when a loop ends that was made of a cycle
``retreat``    what the check refuses, taken back to what is sure
``foreign``    tasks without a tool, for the check
``conditions``, ``scripts``, ``tolerance``, ``secrets``   what formats share
``assembly``   the document, checked; what the check refuses is taken back to what is sure
"""
