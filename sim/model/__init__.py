"""The model of MODEL.md sections 2-4: pure functions, arrays in, arrays out.

No file is read here and no random number drawn. The last axis is always the draw.
"""
