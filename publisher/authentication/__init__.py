"""What the world can look up about a sender (SPF, DKIM, DMARC), judged.

Pure, but for the resolver that is handed in.
"""
