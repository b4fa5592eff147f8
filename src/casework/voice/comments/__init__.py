"""What comments of customers say: masking, topics, and sentiment with honest scores."""

from casework.voice.comments.sentiment import CommentSentiment, comment_sentiment
from casework.voice.comments.texts import language_of, mask_personal
from casework.voice.comments.topics import CommentTopics, comment_topics

__all__ = [
    "CommentSentiment",
    "CommentTopics",
    "comment_sentiment",
    "comment_topics",
    "language_of",
    "mask_personal",
]
